import { describe, expect, it } from 'vitest';
import { DeepLinks, linkIn, parseDeepLink } from './deep-links.ts';

describe('a link from outside', () => {
  it.each([
    ['factorypulse://project/P-25012703', 'P-25012703'],
    ['factorypulse://project/P-25012703/', 'P-25012703'],
    ['FactoryPulse://Project/p-25012703', 'p-25012703'],
    ['factorypulse://project/P-250127%C2%B7K7Q', 'P-250127·K7Q'],
    ['factorypulse://project/DA_2025.01', 'DA_2025.01'],
    ['factorypulse://project/DA.2025.01', 'DA.2025.01'],
  ])('%s means the project %s', (url, code) => {
    expect(parseDeepLink(url)).toEqual({ kind: 'project', code });
  });

  it.each([
    '', 'factorypulse:', 'factorypulse://', 'factorypulse://project', 'factorypulse://project/', 'factorypulse://project/../sync',
    'factorypulse://project/P-1/edit', 'factorypulse://project/P-1?x=1', 'factorypulse://project/P-1#/sync', 'factorypulse://user@project/P-1',
    'factorypulse://project:80/P-1', 'factorypulse://people/1', 'https://project/P-1', 'javascript:alert(1)', 'factorypulse://project/%',
    'factorypulse://project/%00', 'factorypulse://project/a%2Fb', 'factorypulse://project/"--inspect', 'factorypulse://project/ P-1',
    ` factorypulse://project/P-1`, 'factorypulse://project/-P', `factorypulse://project/${'x'.repeat(61)}`, 'factorypulse://project/P-1\nfactorypulse://project/P-2',
  ])('%j is none of ours', (url) => {
    expect(parseDeepLink(url)).toEqual({ kind: 'unreadable' });
  });

  it('is found among the arguments of a second start', () => {
    expect(linkIn(['/opt/factory-pulse', '--allow-file-access', 'factorypulse://project/P-1'])).toBe('factorypulse://project/P-1');
    expect(linkIn(['/opt/factory-pulse', '--x=factorypulse://project/P-1', '/tmp/a.txt'])).toBe(null);
  });

  it('is kept until it is taken, once, and gives way to a later one', () => {
    let arrivals = 0;
    const links = new DeepLinks(() => (arrivals += 1));
    links.receive('factorypulse://project/P-1');
    links.receive('factorypulse://project/P-2');
    expect([arrivals, links.take(), links.take()]).toEqual([2, { kind: 'project', code: 'P-2' }, null]);
  });
});
