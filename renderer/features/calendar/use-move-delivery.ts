import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../shared/api/calendar.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyFailure } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useOfferUndo } from '../projects/page/undo.ts';

/** Gives a project another day of delivery, which can be undone. Resolves true once it has it. */
export function useMoveDelivery(): (delivery: Delivery, day: string) => Promise<boolean> {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const offerUndo = useOfferUndo();
  return async (delivery, day) => {
    const { id, project_id: code, estimated_delivery_date: before } = delivery;
    if (day === before) return false;
    const patch = { estimated_delivery_date: day };
    try {
      if (!delivery.can_edit) {
        notifyFailure(t('calendar.failed', { code }), t('calendar.locked'));
        return false;
      }
      await call('project.edit', { id, patch });
      offerUndo(t('calendar.moved', { code, day: format.date(day) }), () =>
        call('project.edit', { id, patch: { estimated_delivery_date: before }, expected: patch }),
      );
      return true;
    } catch (error) {
      notifyFailure(t('calendar.failed', { code }), errorText(error));
      return false;
    }
  };
}
