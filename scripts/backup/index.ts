import { sweepThrowawayFolders } from '../../main/worker/backup/throwaway-folder.ts';
import { runBackup } from './program.ts';

// What could not be removed now takes nothing but space, and goes another time.
await sweepThrowawayFolders().catch(() => 0);
process.exitCode = await runBackup(process.argv.slice(2), {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
  stdin: process.stdin,
  env: process.env,
  isTerminal: process.stdout.isTTY,
  // npm changes to the project's root; paths are meant from where the person stands.
  directory: process.env['INIT_CWD'] ?? process.cwd(),
});
