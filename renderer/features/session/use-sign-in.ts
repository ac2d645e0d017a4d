import { useState } from 'react';
import type { Credentials } from '../../../shared/api/session.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useAppStore } from '../../app/app-store.ts';
import { toAppError } from '../../app/start.ts';
import { replacesPassword, signIn, type ServerChoice } from './sign-in.ts';

export interface SignIn {
  fields: SignInFields;
  change: (fields: Partial<SignInFields>) => void;
  /** The e-mail that is being signed in, or null. */
  busy: string | null;
  error: AppError | null;
  /** The password that was entered is a one-time password: another one has to be chosen. */
  choosingPassword: boolean;
  stopChoosingPassword: () => void;
  submit: (extra?: Pick<Credentials, 'previousPassword' | 'newPassword' | 'setAside'> & Partial<SignInFields>) => void;
}

export interface SignInFields extends ServerChoice {
  email: string;
  password: string;
}

/** Whose session could not be opened at start. */
function emailIn(error: AppError | null): string {
  const email = error?.details['email'];
  return typeof email === 'string' ? email : '';
}

/** State of the sign-in screen; what the person typed stays through every failure. */
export function useSignIn(): SignIn {
  const settings = useAppStore((state) => state.settings);
  const resumeError = useAppStore((state) => state.resumeError);
  const [fields, setFields] = useState<SignInFields>({
    email: emailIn(resumeError),
    password: '',
    serverUrl: settings?.serverUrl ?? '',
    caFile: settings?.caFile ?? '',
  });
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(resumeError);
  const [choosingPassword, setChoosingPassword] = useState(false);

  const fail = (failure: AppError, newPassword: string | undefined) => {
    const outcome = replacesPassword(failure.code, newPassword !== undefined);
    if (outcome === 'replaced' && newPassword) setFields((before) => ({ ...before, password: newPassword }));
    setChoosingPassword(outcome === 'open');
    setError(outcome === 'open' && newPassword === undefined ? null : failure);
  };

  const submit: SignIn['submit'] = ({ previousPassword, newPassword, setAside, ...changed } = {}) => {
    const used = { ...fields, ...changed };
    setFields(used);
    setBusy(used.email);
    setError(null);
    const credentials: Credentials = {
      email: used.email.trim(),
      password: used.password,
      ...(previousPassword ? { previousPassword } : {}),
      ...(newPassword ? { newPassword } : {}),
      ...(setAside ? { setAside } : {}),
    };
    signIn(credentials, { serverUrl: used.serverUrl.trim(), caFile: used.caFile.trim() })
      .catch((failure: unknown) => fail(toAppError(failure), newPassword))
      .finally(() => setBusy(null));
  };

  return {
    fields,
    change: (changed) => setFields((before) => ({ ...before, ...changed })),
    busy,
    error,
    choosingPassword,
    stopChoosingPassword: () => {
      setChoosingPassword(false);
      setError(null);
    },
    submit,
  };
}
