import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Notice } from './Notice.tsx';
import { useErrorText } from './error-text.ts';

interface Props {
  error: unknown;
  retry: () => void;
  /** Nothing else is on the page. */
  page?: boolean;
}

/** In the place of content that could not be read. */
export function LoadFailure({ error, retry, page = false }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <div role="alert">
      <Notice page={page} icon={IconAlertTriangle} title={t('app.failure.title')} text={errorText(error)}>
        <Button variant="default" onClick={retry}>
          {t('app.actions.retry')}
        </Button>
      </Notice>
    </div>
  );
}
