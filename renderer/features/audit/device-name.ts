import { useTranslation } from 'react-i18next';
import type { AuditRow } from '../../../shared/api/audit.ts';

const SHORT = 8;

/** This machine by its name, any other by the end of its id, which tells machines apart. */
export function useDeviceName(): (row: Pick<AuditRow, 'device_id' | 'device_name'>) => string {
  const { t } = useTranslation();
  return ({ device_id, device_name }) => {
    if (device_id === null) return t('audit.details.noDevice');
    if (device_name !== null) return `${device_name} (${t('audit.table.thisDevice')})`;
    return t('audit.details.unknownDevice', { id: device_id.slice(-SHORT) });
  };
}
