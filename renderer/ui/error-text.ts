import { useTranslation } from 'react-i18next';
import { AppError } from '../../shared/errors.ts';

/** Puts any failure into words, with the way on. */
export function useErrorText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => t(`errors.${error instanceof AppError ? error.code : 'INTERNAL'}`);
}
