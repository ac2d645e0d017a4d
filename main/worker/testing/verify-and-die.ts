import { verifyBackup } from '../backup/verify.ts';

/* Verifies the archive in the first parameter, and ends like a power cut in the middle of restoring it on trial. */

const [file = ''] = process.argv.slice(2);
await verifyBackup(file, { passphrase: null, restored: () => void process.kill(process.pid, 'SIGKILL') }, null);
