import type { CalendarStage } from '../../../shared/api/calendar.ts';
import { outlookOf, type Outlook, type Promised } from '../../../shared/domain/schedule.ts';
import { parseTimestamp } from '../../../shared/domain/timestamps.ts';
import { useFormat } from '../../ui/use-format.ts';
import { useNow } from '../../ui/use-now.ts';

type Asked = Promised & { stage_entered_at: string | null };

/** How a project stands towards its delivery today, in the organization's days. */
export function useOutlook(stages: readonly CalendarStage[]): (delivery: Asked) => Outlook {
  const format = useFormat();
  const today = format.today(useNow());
  return (delivery) => {
    const entered = delivery.stage_entered_at ? format.today(parseTimestamp(delivery.stage_entered_at)) : today;
    const ahead = stages.filter(({ id, is_active }) => is_active || id === delivery.current_stage_id);
    return outlookOf(delivery, ahead, entered, today);
  };
}
