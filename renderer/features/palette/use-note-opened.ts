import { useEffect } from 'react';
import { call } from '../../app/bridge.ts';

/** Has the palette offer a project among those that were opened last. */
export function useNoteOpened(projectId: string | undefined): void {
  useEffect(() => {
    // A convenience: what cannot be noted is no one's concern.
    if (projectId !== undefined) call('search.opened', { kind: 'project', id: projectId }).catch(() => undefined);
  }, [projectId]);
}
