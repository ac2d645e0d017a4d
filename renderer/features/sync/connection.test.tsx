import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SyncStatus } from '../../../shared/api/sync.ts';
import { speak } from '../../app/i18n.ts';
import { useConnectionText } from './connection.ts';

function Text({ status }: { status: Pick<SyncStatus, 'state' | 'pending'> }) {
  return useConnectionText()(status);
}

const say = (state: SyncStatus['state'], pending: number) => renderToStaticMarkup(<Text status={{ state, pending }} />);

describe('the connection in words', () => {
  beforeAll(() => speak('vi'));
  afterEach(() => speak('vi'));

  it('counts waiting changes with the right plural', async () => {
    await speak('en');
    expect(say('offline', 3)).toBe('Offline, 3 changes waiting');
    expect(say('offline', 1)).toBe('Offline, 1 change waiting');
    expect(say('online', 0)).toBe('Online');
  });

  it('is said in Vietnamese', () => {
    expect(say('offline', 3)).toBe('Ngoại tuyến, 3 thay đổi đang chờ');
  });
});
