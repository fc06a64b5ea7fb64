import type { ThemeConfig } from 'antd'

/**
 * The house's colours: ink green for what can be done, seal red for the mark and for danger, paper greys for
 * everything else. Every text/background pair used here has a contrast of at least 4.5.
 */
export const palette = {
  ink: '#1f5a52',
  inkDark: '#173f3b',
  seal: '#a63a2b',
  amber: '#8a5a00',
  paper: '#f3f4f1',
  line: '#d9ddd8',
  text: '#1d2624',
  textSoft: '#53605c',
} as const

const fontFamily = "'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'Segoe UI', sans-serif"

export const theme: ThemeConfig = {
  hashed: false,
  token: {
    colorPrimary: palette.ink,
    colorLink: palette.ink,
    colorInfo: '#2c5f7c',
    colorSuccess: '#2f7a3f',
    colorSuccessBg: '#e6f2e9',
    colorSuccessBorder: '#a9cfb3',
    colorInfoBg: '#e6eff5',
    colorInfoBorder: '#a8c4d6',
    colorWarning: '#b27300',
    colorWarningBg: '#fdf4df',
    colorWarningBorder: '#e5c98c',
    colorErrorBg: '#fbeae7',
    colorErrorBorder: '#dfa79f',
    colorError: palette.seal,
    colorText: palette.text,
    colorTextSecondary: palette.textSoft,
    colorTextDescription: palette.textSoft,
    colorTextPlaceholder: '#6b7773',
    colorTextDisabled: '#68736f',
    colorBorder: '#bcc4bf',
    colorBorderSecondary: palette.line,
    colorBgLayout: palette.paper,
    borderRadius: 3,
    borderRadiusLG: 4,
    borderRadiusSM: 2,
    fontFamily,
    fontFamilyCode: "'Noto Sans SC', ui-monospace, Consolas, monospace",
    fontSize: 14,
    controlHeight: 32,
    wireframe: false,
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.16s',
  },
  components: {
    Table: {
      headerBg: '#e9ece8',
      headerColor: palette.text,
      headerBorderRadius: 0,
      cellPaddingBlockSM: 7,
      cellPaddingInlineSM: 10,
      rowHoverBg: '#eef3f0',
    },
    Menu: {
      itemHeight: 36,
      itemSelectedBg: '#e2ebe7',
      itemSelectedColor: palette.inkDark,
      itemBorderRadius: 3,
      activeBarBorderWidth: 0,
    },
    Form: { itemMarginBottom: 16, verticalLabelPadding: '0 0 4px' },
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Card: { headerHeight: 44, bodyPadding: 16 },
    Tooltip: { colorBgSpotlight: '#24302d' },
  },
}

/**
 * For who asked their system for less motion. A list whose animation is only cut short would never find its place: it waits for the
 * end of what has ended already.
 */
export const stillTheme: ThemeConfig = { ...theme, token: { ...theme.token, motion: false } }
