import { Button } from '@mantine/core';
import { IconPencil, IconSend, IconTrash } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttentionItem } from '../../../shared/api/sync.ts';
import { AppError } from '../../../shared/errors.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { notifyDone, notifyFailure, notifyUndo } from '../../ui/notify.tsx';
import { useFormat } from '../../ui/use-format.ts';
import { useColumnName, useValueText } from '../../ui/value-text.ts';
import { attentionAnchor } from './attention-anchor.ts';
import { AttentionEditor } from './AttentionEditor.tsx';
import { useRecordName } from './record-name.ts';
import { RecordLink } from './RecordLink.tsx';
import { useRefusalText } from './refusal-text.ts';
import { goToSection } from './Section.tsx';
import classes from './Sync.module.css';

/** One refused change: the reason in words, the values side by side, and the ways to settle it. */
export function AttentionCard({ item }: { item: AttentionItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const refusalText = useRefusalText();
  const what = useRecordName()(item);
  const [editing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const endedEditing = useRef(false);
  useEffect(() => {
    if (!editing && endedEditing.current) editButton.current?.focus();
    endedEditing.current = editing;
  }, [editing]);

  const sent = () => {
    goToSection('attention');
    notifyDone(t('sync.attentionList.sentAgain', { what }));
  };
  const undo = () => {
    call('sync.undoDiscard', { id: item.id }).catch((error: unknown) => notifyFailure(t('sync.attentionList.failed'), errorText(error)));
  };
  const retry = useMutation({ mutationFn: () => call('sync.retryAttention', { id: item.id }), onSuccess: sent });
  const discard = useMutation({
    mutationFn: () => call('sync.discardAttention', { id: item.id }),
    onSuccess: () => {
      goToSection('attention');
      notifyUndo(t('sync.attentionList.discarded', { what }), t('sync.attentionList.undo'), undo);
    },
  });
  const failure = retry.error ?? discard.error;
  // Where somebody else's value stands against the person's, the choice is between the two.
  const choice = item.code === 'STRICT_CONFLICT' && item.op === 'update';
  const retryText = t(choice ? 'sync.attentionList.keepMine' : 'sync.attentionList.retry');
  const discardText = t(choice ? 'sync.attentionList.takeTheirs' : 'sync.attentionList.discard');
  const labelOf = (action: string) => t('sync.attentionList.of', { action, what });

  return (
    <li id={attentionAnchor(item.id)} tabIndex={-1} className={classes['card']} data-kind="attention" aria-label={what}>
      <div className={classes['rowHead']}>
        <RecordLink record={item} />
        <span className={classes['muted']}>
          {t('sync.attentionList.at', { operation: t(`values.operation.${item.op}`), when: format.dateTime(item.created_at) })}
        </span>
      </div>
      <div className={classes['reason']}>
        {refusalText(item).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {editing ? (
        <AttentionEditor item={item} close={() => setEditing(false)} sent={sent} />
      ) : (
        <>
          <Values item={item} />
          {failure && (
            <div className={classes['problem']} role="alert">
              {failureLines(failure).map((sentence) => (
                <p key={sentence}>{sentence}</p>
              ))}
            </div>
          )}
          <div className={classes['actions']}>
            {item.can_edit && (
              <Button
                ref={editButton}
                leftSection={<IconPencil size={16} aria-hidden />}
                aria-label={t('sync.attentionList.editOf', { what })}
                onClick={() => setEditing(true)}
              >
                {t('sync.attentionList.edit')}
              </Button>
            )}
            {item.can_retry && (
              <Button
                variant={item.can_edit ? 'default' : 'filled'}
                leftSection={<IconSend size={16} aria-hidden />}
                title={t('sync.attentionList.retryAdvice')}
                aria-label={labelOf(retryText)}
                onClick={() => retry.mutate()}
              >
                {retryText}
              </Button>
            )}
            <Button
              variant="default"
              leftSection={<IconTrash size={16} aria-hidden />}
              title={t('sync.attentionList.discardAdvice')}
              aria-label={labelOf(discardText)}
              onClick={() => discard.mutate()}
            >
              {discardText}
            </Button>
          </div>
        </>
      )}
      <details className={classes['technical']}>
        <summary>{t('sync.attentionList.technical')}</summary>
        <code>
          {item.code} {JSON.stringify(item.details)}
        </code>
      </details>
    </li>
  );

  /** This machine's own rules say no to sending again: for the same reasons as the centre would. */
  function failureLines(error: Error): string[] {
    return error instanceof AppError ? refusalText({ code: error.code, details: error.details, columns: item.columns }) : [errorText(error)];
  }
}

/** What the person wanted, what it was before, and what the centre holds now. */
function Values({ item }: { item: AttentionItem }) {
  const { t } = useTranslation();
  const columnName = useColumnName();
  const valueText = useValueText();
  const sides = item.op === 'update' ? (['mine', 'theirs', 'base'] as const) : (['mine'] as const);
  return (
    <div className={classes['values']}>
      {item.columns.map((column) => (
        <div key={column.name} className={classes['value']} role="group" aria-label={columnName(column.name)}>
          <h3 className={classes['valueName']}>{columnName(column.name)}</h3>
          <dl className={classes['sides']} data-sides={sides.length}>
            {sides.map((side) => (
              <div key={side} className={classes['side']} data-side={side}>
                <dt>{t(`sync.attentionList.${side}`)}</dt>
                <dd>{valueText(column.name, column[side], { table: item.table_name })}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}
