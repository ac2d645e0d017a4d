import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  brokenPasswordRule,
  NEW_PASSWORD_MIN,
  PASSWORD_MAX,
  passwordRules,
  type PasswordOwner,
  type PasswordRule,
} from '../../../shared/domain/password-rules.ts';
import { AppError } from '../../../shared/errors.ts';

export interface NewPassword {
  password: string;
  repeated: string;
  setPassword: (password: string) => void;
  setRepeated: (repeated: string) => void;
  /** In words, once the person has tried to go on. */
  problem: string | null;
  repeatProblem: string | null;
  /** Shows what is wrong from now on; true where nothing is. */
  check: () => boolean;
}

/** State of the two fields of a new password. `present` is the one that it replaces. */
export function useNewPassword(owner: PasswordOwner, present: string): NewPassword {
  const { t } = useTranslation();
  const ruleText = usePasswordRuleText();
  const [password, setPassword] = useState('');
  const [repeated, setRepeated] = useState('');
  const [checked, setChecked] = useState(false);
  const rule = brokenPasswordRule(password, owner, present);
  const differs = repeated !== password;
  return {
    password,
    repeated,
    setPassword,
    setRepeated,
    problem: checked && rule ? ruleText(rule, Array.from(password).length) : null,
    repeatProblem: checked && !rule && differs ? t('session.newPassword.notRepeated') : null,
    check: () => {
      setChecked(true);
      return !rule && !differs;
    },
  };
}

export function usePasswordRuleText(): (rule: PasswordRule, length?: number) => string {
  const { t } = useTranslation();
  return (rule, length = 0) => t(`session.passwordRules.${rule}`, { min: NEW_PASSWORD_MIN, max: PASSWORD_MAX, length });
}

/** The rule that the worker, which knows more of the person, found broken. */
export function brokenRuleOf(error: unknown): PasswordRule | null {
  if (!(error instanceof AppError) || error.code !== 'PASSWORD_TOO_WEAK') return null;
  return passwordRules.find((rule) => rule === error.details['rule']) ?? null;
}
