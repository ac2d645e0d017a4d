import { Alert, Button, PasswordInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AppError } from '../../../shared/errors.ts';
import { askToConfirm } from '../../app/questions.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { ProblemFacts } from './ProblemFacts.tsx';
import { concernsReplica, erasedBy } from './sign-in.ts';
import classes from './SignIn.module.css';
import { brokenRuleOf, usePasswordRuleText } from './use-new-password.ts';
import type { SignIn } from './use-sign-in.ts';

/** Why nobody is signed in, in words, with what can be done about it from here. */
export function SignInProblem({ error, signIn }: { error: AppError; signIn: SignIn }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const ruleText = usePasswordRuleText();
  const brokenRule = brokenRuleOf(error);
  const erased = erasedBy(error);
  const [previousPassword, setPreviousPassword] = useState('');
  const ready = signIn.fields.email.trim() !== '' && signIn.fields.password !== '';

  const confirmSetAside = () =>
    void askToConfirm({
      title: t('session.recovery.setAsideTitle'),
      children: t('session.recovery.setAsideText'),
      labels: { confirm: t('session.recovery.setAside'), cancel: t('app.actions.cancel') },
      onConfirm: () => signIn.submit({ setAside: true }),
    });

  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={t('session.signIn.failed')} role="alert">
      <div className={classes['problem']}>
        <p>{brokenRule ? ruleText(brokenRule) : errorText(error)}</p>
        {erased && <p>{t(`session.ended.${erased.code}`)}</p>}
        {erased && erased.handedIn > 0 && <p>{t('session.ended.handedIn', { count: erased.handedIn })}</p>}
        <ProblemFacts error={error} />
        {error.code === 'SERVER_UNREACHABLE' && <p>{t('session.recovery.tryOffline')}</p>}
        {error.code === 'REPLICA_KEY_MISMATCH' && (
          <>
            <PasswordInput
              label={t('session.recovery.previousPassword')}
              description={t('session.recovery.previousPasswordHint')}
              value={previousPassword}
              onChange={(event) => setPreviousPassword(event.currentTarget.value)}
            />
            <Button
              disabled={!previousPassword || !ready}
              onClick={() => signIn.submit({ previousPassword })}
            >
              {t('session.recovery.unlock')}
            </Button>
          </>
        )}
        {concernsReplica(error.code) && !ready && <p>{t('session.recovery.enterPassword')}</p>}
        {concernsReplica(error.code) && (
          <Button variant="default" disabled={!ready} onClick={confirmSetAside}>
            {t('session.recovery.setAside')}
          </Button>
        )}
      </div>
    </Alert>
  );
}
