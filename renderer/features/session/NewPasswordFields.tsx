import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { NEW_PASSWORD_MIN, PASSWORD_MAX } from '../../../shared/domain/password-rules.ts';
import type { NewPassword } from './use-new-password.ts';

/** A new password, typed twice, and which rule it breaks. */
export function NewPasswordFields({ entry, autoFocus = false }: { entry: NewPassword; autoFocus?: boolean }) {
  const { t } = useTranslation();
  return (
    <>
      <PasswordInput
        label={t('session.newPassword.password')}
        description={t('session.newPassword.rule', { min: NEW_PASSWORD_MIN })}
        autoComplete="new-password"
        autoFocus={autoFocus}
        maxLength={PASSWORD_MAX}
        value={entry.password}
        onChange={(event) => entry.setPassword(event.currentTarget.value)}
        error={entry.problem}
      />
      <PasswordInput
        label={t('session.newPassword.repeat')}
        autoComplete="new-password"
        maxLength={PASSWORD_MAX}
        value={entry.repeated}
        onChange={(event) => entry.setRepeated(event.currentTarget.value)}
        error={entry.repeatProblem}
      />
    </>
  );
}
