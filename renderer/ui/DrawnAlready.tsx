import { useImperativeHandle, type Ref } from 'react';

/** In the place where a menu expects its button, when that has been on the screen before the menu. */
export function DrawnAlready({ element, ref }: { element: HTMLElement; ref?: Ref<HTMLElement> }) {
  useImperativeHandle(ref, () => element, [element]);
  return null;
}
