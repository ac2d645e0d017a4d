import { describe, expect, it } from 'vitest';
import { endingOf, safeName, shownName } from './file-names.ts';

describe('the name of a file', () => {
  it.each([
    ['C:\\Users\\Nam\\Bản vẽ.pdf', 'Bản vẽ.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['thư mục/đồ gá.step', 'đồ gá.step'],
    ['a\u0000b\u0007.pdf', 'ab.pdf'],
    // Looks like "exe.pdf" where the mark is kept.
    ['an toàn\u202efdp.exe', 'an toànfdp.exe'],
    ['  nhiều   khoảng  trắng .pdf ', 'nhiều khoảng trắng.pdf'],
    ['', 'file'],
    ['...', 'file'],
    ['/', 'file'],
  ])('%j is shown as %j', (given, shown) => {
    expect(shownName(given)).toBe(shown);
  });

  it('is one and the same in both of its Unicode forms', () => {
    expect(shownName('Bản vẽ.pdf'.normalize('NFD'))).toBe(shownName('Bản vẽ.pdf'.normalize('NFC')));
  });

  it('keeps its ending when it is cut, and no half of a character', () => {
    for (const base of ['x'.repeat(300), 'ệ'.repeat(300), '😀'.repeat(300)]) {
      const name = shownName(`${base}.pdf`);
      expect(name.endsWith('.pdf')).toBe(true);
      expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(240);
      expect(name).not.toMatch(/\p{Cs}/u);
    }
  });

  it.each([
    ['CON', '_CON'],
    ['nul.txt', '_nul.txt'],
    ['Com1.pdf', '_Com1.pdf'],
    ['console.pdf', 'console.pdf'],
    ['a<b>:"|?*.pdf', 'a_b______.pdf'],
    ['bản vẽ. ', 'bản vẽ'],
  ])('%j lies on a disk as %j', (given, safe) => {
    expect(safeName(given)).toBe(safe);
  });

  it('has an ending only where that is one', () => {
    expect([endingOf('a.PDF'), endingOf('a'), endingOf('a.tar.gz'), endingOf('a. pdf')]).toEqual(['.PDF', '', '.gz', '']);
  });
});
