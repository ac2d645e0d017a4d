import { create } from 'zustand';

export const useShortcutsDialog = create<{ opened: boolean }>()(() => ({ opened: false }));

export const openShortcuts = (): void => useShortcutsDialog.setState({ opened: true });
export const closeShortcuts = (): void => useShortcutsDialog.setState({ opened: false });
