import { defineConfig } from 'vite'
import { singleFile } from '../build/plugins.ts'

/**
 * Pages of one file each, opened from a disk, with nothing to fetch: `--mode verify` goes into every audit pack, `--mode redraw`
 * draws a sample again.
 */
export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [singleFile()],
  build: {
    outDir: '../../dist-offline',
    emptyOutDir: false,
    target: 'es2023',
    modulePreload: false,
    reportCompressedSize: false,
    rolldownOptions: { input: `${import.meta.dirname}/${mode === 'redraw' ? 'redraw' : 'verify'}.html` },
  },
}))
