import { useState } from 'react';
import type { Credentials } from '../../../shared/api/session.ts';
import type { AppError } from '../../../shared/errors.ts';
import { useAppStore } from '../../app/app-store.ts';
import { toAppError } from '../../app/start.ts';
import { signIn, type ServerChoice } from './sign-in.ts';

export interface SignIn {
  fields: SignInFields;
  change: (fields: Partial<SignInFields>) => void;
  /** The e-mail that is being signed in, or null. */
  busy: string | null;
  error: AppError | null;
  submit: (extra?: Pick<Credentials, 'previousPassword' | 'setAside'> & Partial<SignInFields>) => void;
}

export interface SignInFields extends ServerChoice {
  email: string;
  password: string;
}

/** State of the sign-in screen; what the person typed stays through every failure. */
export function useSignIn(): SignIn {
  const settings = useAppStore((state) => state.settings);
  const resumeError = useAppStore((state) => state.resumeError);
  const [fields, setFields] = useState<SignInFields>({
    email: '',
    password: '',
    serverUrl: settings?.serverUrl ?? '',
    caFile: settings?.caFile ?? '',
  });
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<AppError | null>(resumeError);

  const submit: SignIn['submit'] = ({ previousPassword, setAside, ...changed } = {}) => {
    const used = { ...fields, ...changed };
    setFields(used);
    setBusy(used.email);
    setError(null);
    const credentials: Credentials = {
      email: used.email.trim(),
      password: used.password,
      ...(previousPassword ? { previousPassword } : {}),
      ...(setAside ? { setAside } : {}),
    };
    signIn(credentials, { serverUrl: used.serverUrl.trim(), caFile: used.caFile.trim() })
      .catch((failure: unknown) => setError(toAppError(failure)))
      .finally(() => setBusy(null));
  };

  return {
    fields,
    change: (changed) => setFields((before) => ({ ...before, ...changed })),
    busy,
    error,
    submit,
  };
}
