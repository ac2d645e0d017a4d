import { Alert, Autocomplete, Button, SegmentedControl, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconDeviceFloppy, IconInfoCircle } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState, type DragEvent, type KeyboardEvent, type SubmitEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../shared/api/index.ts';
import type { IntakeDrafts, IntakeForm as Form } from '../../../shared/api/intake.ts';
import { intakeTypes } from '../../../shared/domain/intake.ts';
import { call } from '../../app/bridge.ts';
import { useErrorText } from '../../ui/error-text.ts';
import { useFormat } from '../../ui/use-format.ts';
import { PriorityMark } from '../projects/parts/PriorityMark.tsx';
import { StageDot } from '../projects/parts/StageDot.tsx';
import { Attachments } from './Attachments.tsx';
import { CustomerField } from './CustomerField.tsx';
import { DeliveryDate } from './DeliveryDate.tsx';
import classes from './Intake.module.css';
import { isEmpty, lengths, linesOf, problemsOf, toInquiry, type ProblemField } from './intake-form.ts';
import { NewCustomer } from './NewCustomer.tsx';
import { SimilarProjects } from './SimilarProjects.tsx';
import { useDrafts } from './use-drafts.ts';

const currencies = ['VND', 'USD', 'EUR', 'JPY', 'KRW', 'CNY'];

interface Props {
  form: Form;
  stored: IntakeDrafts;
  created: (result: Output<'projects.create'>) => void;
}

export function IntakeForm({ form, stored, created }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const errorText = useErrorText();
  const drafts = useDrafts(stored, form.default_currency);
  const { type, draft, change } = drafts;
  const [checked, setChecked] = useState(false);
  const element = useRef<HTMLFormElement>(null);
  const beginning = form.beginnings.find((one) => one.type === type);
  const needsOrder = beginning?.needs_order ?? false;
  const problems = problemsOf(draft, needsOrder);
  const create = useMutation({
    mutationFn: () => call('projects.create', toInquiry(type, draft)),
    onSuccess: (result) => {
      drafts.saved();
      created(result);
    },
  });

  const errorOf = (field: ProblemField): string | null => {
    const problem = problems[field];
    return checked && problem ? t(`intake.problem.${problem}`) : null;
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (create.isPending) return;
    setChecked(true);
    if (Object.keys(problems).length === 0) {
      create.mutate();
      return;
    }
    // After the errors are drawn, the first field that is not right gets the focus.
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFormElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      element.current?.requestSubmit();
    } else if (event.target instanceof HTMLInputElement) {
      // A slip of the hand after the title is no inquiry yet.
      event.preventDefault();
    }
  };
  const takeNames = (event: DragEvent) => {
    const names = [...event.dataTransfer.files].map(({ name }) => name);
    if (names.length === 0) return;
    event.preventDefault();
    change({ files: [...linesOf(draft.files), ...names].join('\n') });
  };
  const text = (field: 'title' | 'quantity' | 'material', more: { required?: boolean; autoFocus?: boolean } = {}) => (
    <TextInput
      label={t(`intake.field.${field}`)}
      {...more}
      value={draft[field]}
      error={errorOf(field)}
      onChange={(event) => change({ [field]: event.currentTarget.value })}
    />
  );

  return (
    <form ref={element} className={classes['form']} onSubmit={onSubmit} onKeyDown={onKeyDown} noValidate>
      <div className={classes['type']}>
        <SegmentedControl
          aria-label={t('intake.field.type')}
          value={type}
          onChange={(value) => drafts.choose(value)}
          data={intakeTypes.map((value) => ({ value, label: t(`values.intake.${value}`) }))}
        />
        {beginning?.stage ? (
          <p className={classes['beginning']}>
            <span>{t('intake.beginsIn')}</span>
            <span className={classes['stage']}>
              <StageDot color={beginning.stage.color} />
              {beginning.stage.name}
            </span>
            <PriorityMark level={beginning.priority} />
            {beginning.instead && <span className={classes['warning']}>{t('intake.instead')}</span>}
          </p>
        ) : (
          <p className={classes['warning']} role="status">
            {t('errors.STAGE_MISSING')}
          </p>
        )}
      </div>
      {drafts.restored && !isEmpty(draft) && (
        <Alert variant="light" icon={<IconInfoCircle />} role="status" p="xs">
          {t('intake.draft.restored')}
        </Alert>
      )}
      {drafts.failure && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert" title={t('intake.draft.failed')}>
          {errorText(drafts.failure)}
        </Alert>
      )}
      {create.error && (
        <Alert color="red" variant="light" icon={<IconAlertTriangle />} role="alert" title={t('intake.failed')}>
          {errorText(create.error)}
        </Alert>
      )}
      <div className={classes['columns']}>
        <div className={classes['column']}>
          {draft.new_customer ? (
            <NewCustomer customer={draft.new_customer} change={change} errorOf={errorOf} />
          ) : (
            <CustomerField draft={draft} change={change} mayCreate={form.may_create_customer} needed={needsOrder} error={errorOf('customer')} />
          )}
          {text('title', { required: true })}
          <SimilarProjects customerId={draft.customer_id} title={draft.title} />
          <div className={classes['pair']}>
            {text('quantity')}
            {text('material')}
          </div>
          <div className={classes['pair']} data-price>
            <TextInput
              label={t('intake.field.price')}
              required={needsOrder}
              inputMode="decimal"
              value={draft.price}
              error={errorOf('price')}
              onChange={(event) => change({ price: event.currentTarget.value })}
            />
            <Select
              label={t('intake.field.currency')}
              allowDeselect={false}
              data={[...new Set([form.default_currency, ...currencies, draft.currency])]}
              value={draft.currency}
              onChange={(currency) => currency && change({ currency })}
            />
          </div>
          <DeliveryDate value={draft.delivery_date} change={(delivery_date) => change({ delivery_date })} />
        </div>
        <div className={classes['column']}>
          <Textarea
            label={t('intake.field.notes')}
            autosize
            minRows={4}
            maxRows={12}
            value={draft.notes}
            error={errorOf('notes')}
            onChange={(event) => change({ notes: event.currentTarget.value })}
          />
          <TagsInput
            label={t('intake.field.tags')}
            description={t('intake.tagsHint')}
            data={form.tags}
            maxTags={50}
            value={draft.tags}
            error={errorOf('tags')}
            onChange={(tags) => change({ tags })}
          />
          <Autocomplete
            label={t('intake.field.source')}
            description={t('intake.sourceHint')}
            data={form.sources}
            value={draft.source}
            error={errorOf('source')}
            onChange={(source) => change({ source })}
          />
          <Textarea
            label={t('intake.field.links')}
            description={t('intake.linksHint')}
            autosize
            minRows={2}
            maxRows={6}
            value={draft.links}
            error={errorOf('links')}
            onChange={(event) => change({ links: event.currentTarget.value })}
          />
          {beginning?.may_attach === false ? (
            <Textarea
              label={t('intake.field.files')}
              description={t('intake.filesHint')}
              autosize
              minRows={2}
              maxRows={6}
              value={draft.files}
              error={errorOf('files')}
              onDragOver={(event) => event.preventDefault()}
              onDrop={takeNames}
              onChange={(event) => change({ files: event.currentTarget.value })}
            />
          ) : (
            <Attachments files={draft.attachments} change={(attachments) => change({ attachments })} />
          )}
        </div>
      </div>
      <footer className={classes['actions']}>
        <span className={classes['muted']}>
          {draft.title.length > lengths.title ? t('intake.titleLength', { length: format.number(draft.title.length), max: format.number(lengths.title) }) : t('intake.draft.kept')}
        </span>
        <Button variant="default" disabled={isEmpty(draft)} onClick={() => { setChecked(false); drafts.discard(); }}>
          {t('intake.draft.discard')}
        </Button>
        <Button type="submit" loading={create.isPending} disabled={!beginning?.stage} leftSection={<IconDeviceFloppy size={16} aria-hidden />} title="Ctrl+Enter">
          {t('intake.save')}
        </Button>
      </footer>
    </form>
  );
}
