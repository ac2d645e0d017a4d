import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode, type ErrorDetails } from '../../../shared/errors.ts';
import { speak } from '../../app/i18n.ts';
import { createFormatter } from '../../ui/format.ts';
import { ProblemFacts } from './ProblemFacts.tsx';

const clock = '2026-01-05 01:00:00+00';
const latest = '2026-03-20 09:30:00+00';

/** As the machine shows its own clock. */
const local = (timestamp: string): string =>
  createFormatter('vi', Intl.DateTimeFormat().resolvedOptions().timeZone).dateTime(timestamp);

const say = (code: ErrorCode, details: ErrorDetails): string =>
  renderToStaticMarkup(<ProblemFacts error={new AppError(code, '', details)} />).replace(/<[^>]*>/g, '');

beforeAll(() => speak('vi'));

describe('what a person needs to know of a failure', () => {
  it('is both times of a clock that is wrong', () => {
    expect(say('CLOCK_WRONG', { clock, latest })).toBe(`Đồng hồ của máy này: ${local(clock)}. Thời điểm muộn nhất từng thấy ở đây: ${local(latest)}.`);
  });

  it('is the last contact, what is allowed without, and the clock that says so', () => {
    const text = say('OFFLINE_TOO_LONG', { clock: latest, contact: clock, days: 30 });
    for (const part of [local(clock), local(latest), '30 ngày']) expect(text).toContain(part);
  });

  it('is how long to wait', () => {
    expect(say('SIGN_IN_THROTTLED', { seconds: 3_600 })).toBe('Có thể thử lại sau 1 giờ.');
    expect(say('SIGN_IN_THROTTLED', { seconds: 30 })).toBe('Có thể thử lại sau 30 giây.');
  });

  it('is that the keyring may only be locked', () => {
    expect(say('REPLICA_OTHER_MACHINE', { keyring: false })).toContain('mở khóa kho khóa');
    expect(say('REPLICA_OTHER_MACHINE', { keyring: true })).toBe('');
  });

  it('is nothing where the words say all', () => {
    expect(say('WRONG_CREDENTIALS', { offline: true })).toBe('');
  });
});
