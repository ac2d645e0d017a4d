import { Modal, type ModalProps } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** A dialog for as long as it is rendered; afterwards the keyboard goes on from where it was opened. */
export function Dialog(props: Omit<ModalProps, 'opened'>) {
  const { t } = useTranslation();
  useFocusBack();
  return <Modal opened closeButtonProps={{ 'aria-label': t('app.actions.close') }} {...props} />;
}

/** The kit gives the focus back when a dialog is told to close, not when it leaves the tree. */
function useFocusBack(): void {
  const [places] = useState(() => [document.activeElement, buttonOf(document.activeElement)]);
  useEffect(
    () => () => {
      // In the next turn: whoever closed the dialog may have put the focus somewhere already.
      setTimeout(() => {
        const place = places.find((element) => element?.isConnected);
        if (document.activeElement === document.body && place instanceof HTMLElement) place.focus({ preventScroll: true });
      });
    },
    [places],
  );
}

/** What opened the menu, or the like, out of which the dialog came: that is gone by then, its button is not. */
function buttonOf(element: Element | null): HTMLElement | null {
  const name = element?.closest('[role="menu"], [role="dialog"]')?.getAttribute('aria-labelledby');
  return name ? document.getElementById(name) : null;
}
