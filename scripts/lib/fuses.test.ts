import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeModules, projectRoot } from './paths.mjs';

/** Every fuse that can be set, as an installed program needs it, and what the other position would allow. */
const wanted: Record<string, { value: boolean; otherwise: string }> = {
  runAsNode: { value: false, otherwise: 'ELECTRON_RUN_AS_NODE makes a Node shell of the signed program' },
  enableNodeOptionsEnvironmentVariable: { value: false, otherwise: 'NODE_OPTIONS and NODE_EXTRA_CA_CERTS reach the program' },
  enableNodeCliInspectArguments: { value: false, otherwise: '--inspect or SIGUSR1 opens a debugger that reads the password in memory' },
  onlyLoadAppFromAsar: { value: true, otherwise: 'a folder resources/app beside the archive is run instead of it' },
  enableEmbeddedAsarIntegrityValidation: { value: true, otherwise: 'a changed archive is run' },
  enableCookieEncryption: { value: true, otherwise: 'cookies lie in plain text' },
  grantFileProtocolExtraPrivileges: { value: false, otherwise: 'a page from file:// reads other files' },
  loadBrowserProcessSpecificV8Snapshot: { value: false, otherwise: 'the program looks for a snapshot that does not exist' },
};

/** The block of electron-builder.yml: nothing but names, switches and comments. */
function configured(): Record<string, boolean> {
  const text = readFileSync(join(projectRoot, 'electron-builder.yml'), 'utf8');
  const block = /^electronFuses:\n((?: {2}.*\n)+)/m.exec(text)?.[1] ?? '';
  const lines = block.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^ {2}(\w+): (true|false)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`not a fuse: ${line}`);
      return [name, value === 'true'];
    }),
  );
}

/** What electron-builder can set, from its own schema. */
function settable(): string[] {
  const schema = JSON.parse(readFileSync(join(nodeModules, 'app-builder-lib', 'scheme.json'), 'utf8')) as {
    definitions: { FuseOptionsV1: { properties: Record<string, unknown> } };
  };
  // Not a fuse, but what happens to a signature when fuses are set.
  return Object.keys(schema.definitions.FuseOptionsV1.properties).filter((name) => name !== 'resetAdHocDarwinSignature');
}

describe('the fuses of an installed program', () => {
  it('are all set on purpose, none left to a default', () => {
    expect(Object.keys(configured()).toSorted()).toEqual(settable().toSorted());
  });

  it.each(Object.entries(wanted))('%s stands as it should: otherwise %o', (name, { value }) => {
    expect(configured()[name]).toBe(value);
  });

  it('are the ones that this list gives a reason for', () => {
    expect(Object.keys(configured()).toSorted()).toEqual(Object.keys(wanted).toSorted());
  });
});
