import { isVerified, type Verification } from '../../main/worker/backup/verify.ts';
import { backupChecks } from '../../shared/domain/backup.ts';
import words from '../../shared/locales/backup.en.json' with { type: 'json' };

/** The checklist as it was ticked: `x` holds, `!` does not, `-` was not asked, because this throwaway database cannot say. */
export function checklist(verification: Verification): string {
  const lines = backupChecks.map((check) => {
    const holds = verification.checks[check];
    return `  [${holds === null ? '-' : holds ? 'x' : '!'}] ${words.checks[check]}\n`;
  });
  const faults = verification.faults.map((fault) => `  not so: ${fault}\n`);
  return `${isVerified(verification) ? 'Verified: it was restored on trial.' : 'NOT VERIFIED: what was restored differs.'}\n${lines.join('')}${faults.join('')}`;
}
