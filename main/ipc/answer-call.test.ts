import { beforeEach, describe, expect, it } from 'vitest';
import { api, type OperationName } from '../../shared/api/index.ts';
import { AppError } from '../../shared/errors.ts';
import { memoryLog, type MemoryLog } from '../memory-log.fixture.ts';
import { answerCall, type AnswerParts, type MainHandlers } from './answer-call.ts';

let log: MemoryLog;
let session: boolean;
let locked: boolean;
let forwarded: { name: OperationName; input: unknown }[];
let received: unknown[];

const unexpected = (): never => {
  throw new Error('not expected in this test');
};

const handlers: MainHandlers = {
  'app.info': () => ({ version: '0.1.0', platform: 'linux', demo: false, keyring: true }),
  'app.openLogFolder': () => {
    throw new Error('no file manager');
  },
  'app.copyText': unexpected,
  'settings.get': unexpected,
  'settings.set': (patch) => {
    received.push(patch);
    throw new AppError('SERVER_ADDRESS_INVALID', 'refused', { reason: 'protocol' });
  },
  'session.current': () => Promise.resolve(null),
  'session.signIn': unexpected,
  'session.signOut': () => null,
  'session.changePassword': unexpected,
  'lock.state': unexpected,
  'lock.now': unexpected,
  'lock.open': () => null,
  'lock.setPin': unexpected,
  'lock.removePin': unexpected,
  'session.people': unexpected,
  'session.removePerson': unexpected,
  'audit.export': unexpected,
  'window.open': unexpected,
  'window.print': unexpected,
  'link.take': unexpected,
  'lists.export': unexpected,
  'documents.openLink': unexpected,
  'documents.exportAccess': unexpected,
  'contacts.saveFailedRows': unexpected,
  'backup.addDestination': unexpected,
  'backup.open': unexpected,
  'backup.openFromDrive': unexpected,
  'backup.sendWaiting': unexpected,
  'backup.openPast': unexpected,
  'backup.restoreSnapshot': unexpected,
  'contacts.openImport': unexpected,
  'files.choose': unexpected,
  'files.chooseScanFolder': unexpected,
  'files.open': unexpected,
  'files.reattach': unexpected,
  'files.saveAs': unexpected,
  'drive.state': unexpected,
  'drive.connect': unexpected,
  'drive.cancelConnect': unexpected,
  'drive.copySignIn': unexpected,
  'drive.disconnect': unexpected,
  'drive.setClientSecret': unexpected,
  'drive.list': unexpected,
  'drive.thumbnail': unexpected,
  'drive.describe': unexpected,
  'drive.download': unexpected,
  'drive.upload': unexpected,
  'drive.transfers': unexpected,
  'drive.pauseTransfer': unexpected,
  'drive.resumeTransfer': unexpected,
  'drive.cancelTransfer': unexpected,
  'drive.troubles': unexpected,
  'drive.openPermissions': unexpected,
};

const parts = (): AnswerParts => ({
  handlers,
  hasSession: () => session,
  isLocked: () => locked,
  forward: (name, input) => {
    forwarded.push({ name, input });
    return Promise.resolve({ ok: true, value: 'from the worker' });
  },
  log,
});

const call = (name: unknown, input?: unknown) => answerCall(parts(), name, input);

beforeEach(() => {
  log = memoryLog();
  session = true;
  locked = false;
  forwarded = [];
  received = [];
});

describe('a call', () => {
  it('is answered by main or by the worker, as the contract says', async () => {
    expect(await call('app.info')).toMatchObject({ ok: true, value: { version: '0.1.0' } });
    expect(await call('projects.board', {})).toEqual({ ok: true, value: 'from the worker' });
    expect(forwarded).toEqual([{ name: 'projects.board', input: { search: '' } }]);
  });

  it.each(['projects.unknown', 'toString', '__proto__', 'worker.stop', '', 7, null, undefined, { name: 'app.info' }])(
    'to anything that is no operation is refused: %j',
    async (name) => {
      expect(await call(name)).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
      expect(forwarded).toEqual([]);
    },
  );

  it('needs a session where the contract says so', async () => {
    session = false;
    expect(await call('projects.board', {})).toMatchObject({ ok: false, error: { code: 'SESSION_REQUIRED' } });
    expect(await call('session.signOut')).toMatchObject({ ok: false, error: { code: 'SESSION_REQUIRED' } });
    expect(await call('session.current')).toEqual({ ok: true, value: null });
    expect(forwarded).toEqual([]);
  });

  it('is not answered on a locked screen, but for what opens it or looks after it', async () => {
    locked = true;
    const open: string[] = [];
    for (const name of Object.keys(api)) {
      const answer = await call(name, {});
      if (answer.ok || answer.error.code !== 'SESSION_LOCKED') open.push(name);
    }
    expect(open.sort()).toEqual([
      'app.info',
      'app.openLogFolder',
      'lock.open',
      'lock.state',
      'session.current',
      'session.people',
      'session.signIn',
      'session.signOut',
      'settings.get',
      'settings.set',
    ]);
    expect(forwarded).toEqual([]);
  });

  it('with wrong input is refused with the places, and no value is repeated or logged', async () => {
    const answer = await call('projects.update', { id: 'hunter2', patch: { title: '', secret: 'hunter2' } });
    expect(answer).toMatchObject({ ok: false, error: { code: 'INPUT_INVALID' } });
    const issues = answer.ok ? [] : answer.error.details['issues'];
    expect(issues).toEqual(
      expect.arrayContaining([
        { path: 'id', code: 'invalid_format' },
        { path: 'patch.title', code: 'too_small' },
        { path: 'patch', code: 'unrecognized_keys' },
      ]),
    );
    expect(JSON.stringify([answer, log.lines])).not.toContain('hunter2');
    expect(forwarded).toEqual([]);
  });

  it('fails with the code and details of its handler', async () => {
    expect(await call('settings.set', { serverUrl: 'https://x' })).toEqual({
      ok: false,
      error: { code: 'SERVER_ADDRESS_INVALID', message: 'refused', details: { reason: 'protocol' } },
    });
    expect(received).toEqual([{ serverUrl: 'https://x' }]);
    expect(log.lines).toEqual([
      expect.objectContaining({ level: 'info', event: 'call.refused' }),
    ]);
  });

  it('that meets an unforeseen error is answered with INTERNAL and logged as an error', async () => {
    expect(await call('app.openLogFolder')).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
    expect(log.lines).toEqual([
      expect.objectContaining({ level: 'error', event: 'call.failed' }),
    ]);
  });
});

it('main handles exactly the operations that the contract gives to it', () => {
  const given = Object.entries(api).filter(([, { handledBy }]) => handledBy === 'main');
  expect(given.map(([name]) => name).sort()).toEqual(Object.keys(handlers).sort());
});
