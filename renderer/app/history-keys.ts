type KeyPress = Pick<KeyboardEvent, 'key' | 'altKey' | 'metaKey' | 'ctrlKey' | 'shiftKey'>;

/** The keys by which browsers go through the pages visited, since a window without a toolbar has no buttons for it. */
export function historyStep({ key, altKey, metaKey, ctrlKey, shiftKey }: KeyPress, platform: string | undefined): -1 | 1 | null {
  if (ctrlKey || shiftKey) return null;
  if (platform === 'darwin') {
    // With Option the arrows move the caret by words there.
    if (!metaKey || altKey) return null;
    return key === '[' ? -1 : key === ']' ? 1 : null;
  }
  if (!altKey || metaKey) return null;
  return key === 'ArrowLeft' ? -1 : key === 'ArrowRight' ? 1 : null;
}
