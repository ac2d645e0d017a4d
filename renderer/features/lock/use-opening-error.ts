import { useTranslation } from 'react-i18next';
import { AppError } from '../../../shared/errors.ts';
import { useErrorText } from '../../ui/error-text.ts';

/** Why the locked screen stays locked. The address is known here, so only the password can be the wrong one. */
export function useOpeningError(): (error: unknown) => string {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (error) => (error instanceof AppError && error.code === 'WRONG_CREDENTIALS' ? t('lock.wrongPassword') : errorText(error));
}
