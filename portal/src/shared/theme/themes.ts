import { createDarkTheme, createLightTheme, teamsHighContrastTheme, type BrandVariants, type Theme } from '@fluentui/react-components'

/** Lapis lazuli. */
const lazuli: BrandVariants = {
  10: '#060a24', 20: '#0d1440', 30: '#131d5c', 40: '#172577', 50: '#1b2e91', 60: '#2038a8', 70: '#2643bd', 80: '#2f50d2',
  90: '#4868e3', 100: '#6683f0', 110: '#7f98f5', 120: '#96abf8', 130: '#aebffa', 140: '#c5d2fc', 150: '#dbe4fd', 160: '#eff3fe',
}

const dark: Theme = {
  ...createDarkTheme(lazuli),
  colorBrandForeground1: lazuli[120],
  colorBrandForeground2: lazuli[130],
  colorBrandForegroundLink: lazuli[120],
  colorBrandForegroundLinkHover: lazuli[130],
}

export const themes = { light: createLightTheme(lazuli), dark, contrast: teamsHighContrastTheme } satisfies Record<string, Theme>

export type ThemeName = keyof typeof themes
export type ThemeChoice = ThemeName | 'system'
