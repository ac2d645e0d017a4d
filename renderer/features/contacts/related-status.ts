import { useTranslation } from 'react-i18next';
import { projectStatuses } from '../../../shared/domain/workflow.ts';
import { texts, type Texts } from '../../app/i18n.ts';

type Named = keyof Texts['contacts']['purchaseStatus'];

const isNamed = (status: string): status is Named => Object.hasOwn(texts().contacts.purchaseStatus, status);

/** The status of a project, request or order in words; one without words keeps its own name. */
export function useRelatedStatus(): (status: string) => string {
  const { t } = useTranslation();
  return (status) => {
    const ofProject = projectStatuses.find((one) => one === status);
    if (ofProject) return t(`values.status.${ofProject}`);
    return isNamed(status) ? t(`contacts.purchaseStatus.${status}`) : status;
  };
}
