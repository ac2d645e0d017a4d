import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Notice } from './Notice.tsx';
import { useErrorText } from './error-text.ts';

/** In the place of content that could not be read. */
export function LoadFailure({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div role="alert">
      <Notice icon={IconAlertTriangle} title={t('app.failure.title')} text={errorText(error)}>
        <Button variant="default" onClick={retry}>
          {t('app.actions.retry')}
        </Button>
      </Notice>
    </div>
  );
}
