import type { ProjectPage } from '../../../../shared/api/projects.ts';

/** Where the reason of a hold or a cancellation is kept among the project's further facts. */
export const STATUS_REASON = 'status_reason';

export function statusReason({ status, metadata }: ProjectPage['project']): string | null {
  const reason = metadata[STATUS_REASON];
  return (status === 'on_hold' || status === 'cancelled') && typeof reason === 'string' && reason ? reason : null;
}
