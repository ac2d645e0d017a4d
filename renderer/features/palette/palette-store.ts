import { create } from 'zustand';
import type { FoundRecord } from '../../../shared/api/search.ts';

interface PaletteState {
  opened: boolean;
  /** What stands in its field when it opens. */
  text: string;
  /** A record that has no page of its own, shown on a card. */
  card: FoundRecord | null;
}

const closed: PaletteState = { opened: false, text: '', card: null };

export const usePalette = create<PaletteState>()(() => closed);

/** Forgets what was found: the next person at this screen is to see nothing of it. */
export const forgetPalette = (): void => usePalette.setState(closed);

export const openPalette = (text = ''): void => usePalette.setState({ opened: true, text, card: null });
export const closePalette = (): void => usePalette.setState({ opened: false });
export const showCard = (card: FoundRecord | null): void => usePalette.setState({ card });
