import { createTheme, type MantineColorsTuple, type MantineThemeOverride } from '@mantine/core';
import type { Settings } from '../../shared/api/app.ts';

/** Id of the element that holds the current page. */
export const contentId = 'content';

/** Lists that open stay inside the page's landmark, but out of its scrolling boxes, which would cut them off. */
export const insidePage = { target: `#${contentId}` };

type Density = Settings['density'];

/** The one accent: a petrol blue that no stage colour of the default workflow comes close to. */
const petrol: MantineColorsTuple = [
  '#e8f6f9',
  '#d3ebf0',
  '#a8d8e2',
  '#7bc5d5',
  '#5bbdd2',
  '#2b9db5',
  '#1488a0',
  '#0b6e84',
  '#085a6d',
  '#064757',
];

/** Cool greys; Mantine takes its dark surfaces from this tuple. */
const slate: MantineColorsTuple = [
  '#e3e9ef',
  '#c4ced8',
  '#9ba8b6',
  '#6b7886',
  '#3d4956',
  '#2a333d',
  '#1e252d',
  '#1b2128',
  '#151b21',
  '#11161b',
];

const fontSizes: Record<Density, MantineThemeOverride['fontSizes']> = {
  office: { xs: '0.78125rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  'shop-floor': { xs: '0.875rem', sm: '1rem', md: '1.0625rem', lg: '1.1875rem', xl: '1.5rem' },
};

function buildTheme(density: Density): MantineThemeOverride {
  const size = density === 'office' ? 'xs' : 'md';
  const inputSize = density === 'office' ? 'sm' : 'md';
  return createTheme({
    colors: { petrol, dark: slate },
    primaryColor: 'petrol',
    primaryShade: { light: 7, dark: 7 },
    white: '#ffffff',
    black: '#18212b',
    fontFamily: 'var(--fp-font)',
    fontFamilyMonospace: 'var(--fp-font-code)',
    fontSizes: fontSizes[density],
    headings: { fontFamily: 'var(--fp-font)', fontWeight: '600' },
    defaultRadius: 'md',
    radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
    cursorType: 'pointer',
    focusRing: 'auto',
    respectReducedMotion: true,
    components: {
      Button: { defaultProps: { size, fw: 600 } },
      ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
      TextInput: { defaultProps: { size: inputSize } },
      PasswordInput: { defaultProps: { size: inputSize } },
      NumberInput: { defaultProps: { size: inputSize } },
      Textarea: { defaultProps: { size: inputSize } },
      Select: { defaultProps: { size: inputSize, comboboxProps: { portalProps: insidePage } } },
      DateInput: { defaultProps: { size: inputSize } },
      TimePicker: { defaultProps: { size: inputSize } },
      Autocomplete: { defaultProps: { size: inputSize, comboboxProps: { portalProps: insidePage } } },
      TagsInput: { defaultProps: { size: inputSize, comboboxProps: { portalProps: insidePage } } },
      Checkbox: { defaultProps: { size: density === 'office' ? 'sm' : 'lg' } },
      Radio: { defaultProps: { size: density === 'office' ? 'sm' : 'lg' } },
      Switch: { defaultProps: { size: density === 'office' ? 'sm' : 'lg' } },
      Modal: { defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.5 } } },
      Menu: {
        defaultProps: {
          shadow: 'md',
          portalProps: insidePage,
          // A menu that is higher than the room beside its button scrolls in itself.
          middlewares: { flip: true, shift: true, size: true },
          // An element that is not an entry has no place in a menu.
          withInitialFocusPlaceholder: false,
        },
      },
      Popover: { defaultProps: { shadow: 'md' } },
    },
  });
}

export const themes: Record<Density, MantineThemeOverride> = {
  office: buildTheme('office'),
  'shop-floor': buildTheme('shop-floor'),
};
