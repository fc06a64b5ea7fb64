/**
 * Stands in for `@rc-component/util/Dom/dynamicCSS` in the built screens: same functions, but the rules go into
 * constructable style sheets, which a content policy of `style-src 'self'` allows and `<style>` elements are not.
 * Order among the sheets does not matter because Ant Design's rules all live in the cascade layer `antd`.
 */

interface Options {
  mark?: string
}

interface Held {
  /** Never put into the document: callers only keep marks on it. */
  node: HTMLStyleElement
  sheet: CSSStyleSheet
  css: string
}

const held = new Map<string, Held>()

function nameOf(key: string, { mark }: Options): string {
  return `${mark ?? 'rc-util-key'} ${key}`
}

function adopt(css: string): Held {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets.push(sheet)
  return { node: document.createElement('style'), sheet, css }
}

/** Adds rules that stay until the page closes. */
export function injectCSS(css: string, _options: Options = {}): HTMLStyleElement {
  return adopt(css).node
}

/** Adds the rules under `key`, or replaces what was there. */
export function updateCSS(css: string, key: string, options: Options = {}): HTMLStyleElement {
  const name = nameOf(key, options)
  const present = held.get(name)
  if (!present) {
    const added = adopt(css)
    held.set(name, added)
    return added.node
  }
  if (present.css !== css) {
    present.sheet.replaceSync(css)
    present.css = css
  }
  return present.node
}

/** Takes away the rules under `key`, if there are any. */
export function removeCSS(key: string, options: Options = {}): void {
  const name = nameOf(key, options)
  const present = held.get(name)
  if (!present) return
  held.delete(name)
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== present.sheet)
}

/** Part of the replaced module's interface; there is no container here to forget. */
export function clearContainerCache(): void {}
