import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Missing } from '../../../../shared/domain/workflow.ts';

/** Puts one missing condition into words. */
export function missingText(t: TFunction, missing: Missing): string {
  switch (missing.code) {
    case 'PROJECT_NOT_ACTIVE':
      return t('projects.missing.PROJECT_NOT_ACTIVE', { status: t(`values.status.${missing.detail}`) });
    case 'MANAGER_REQUIRED':
      return t(`projects.missing.MANAGER_REQUIRED.${missing.detail}`);
    case 'REASON_REQUIRED':
      return t(`projects.missing.REASON_REQUIRED.${missing.detail}`);
    case 'NOT_RESPONSIBLE':
      return t('projects.missing.NOT_RESPONSIBLE', { detail: missing.detail });
    case 'SUB_STAGE_OPEN':
      return t('projects.missing.SUB_STAGE_OPEN', { detail: missing.detail });
    case 'APPROVAL_PENDING':
      return t('projects.missing.APPROVAL_PENDING', { detail: missing.detail });
    case 'SAME_STAGE':
    case 'STAGE_UNKNOWN':
    case 'VALUE_REQUIRED':
    case 'CUSTOMER_REQUIRED':
      return t(`projects.missing.${missing.code}`);
  }
}

export function useMissingText(): (missing: Missing) => string {
  const { t } = useTranslation();
  return (missing) => missingText(t, missing);
}
