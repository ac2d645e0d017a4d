import { Button } from '@mantine/core';
import { useId, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './SaveButton.module.css';

interface Props {
  /** Something differs from what is stored. */
  changed: boolean;
  saving: boolean;
}

/** Sends a form. Not disabled where nothing differs: it can be reached then and says why nothing happens. */
export function SaveButton({ changed, saving }: Props) {
  const { t } = useTranslation();
  const reason = useId();
  return (
    <>
      <Button
        type="submit"
        loading={saving}
        aria-disabled={!changed}
        data-disabled={!changed || undefined}
        aria-describedby={changed ? undefined : reason}
        onClick={(event: MouseEvent) => {
          if (!changed) event.preventDefault();
        }}
      >
        {t('app.actions.save')}
      </Button>
      {!changed && (
        <span id={reason} className={classes['reason']}>
          {t('app.actions.nothingToSave')}
        </span>
      )}
    </>
  );
}
