import { Menu } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { contactTexts, type ContactPage, type ContactText } from '../../../shared/api/contacts.ts';
import { readAmount } from '../../../shared/domain/decimal-input.ts';
import { AppError } from '../../../shared/errors.ts';
import { useSession } from '../../app/app-store.ts';
import { useFormat } from '../../ui/use-format.ts';
import { EditableText } from '../projects/page/edit/EditableText.tsx';
import { FieldNote, WaitingMark } from '../projects/page/edit/FieldNote.tsx';
import type { Fact } from '../projects/page/edit/use-fact.ts';
import { Panel } from '../projects/page/Panel.tsx';
import { creatableTypes } from './contact-rights.ts';
import classes from './Contacts.module.css';
import { useContactFact } from './use-contact-fact.ts';

const identity = ['contact_name', 'phone', 'email', 'website', 'tax_id'] as const;
const place = ['address', 'city', 'state', 'country', 'postal_code'] as const;
const currencies = ['VND', 'USD', 'EUR', 'JPY', 'KRW', 'CNY'];

export function ContactFacts({ page }: { page: ContactPage }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { contact } = page;
  const types = creatableTypes(useSession().person.role);
  const created = format.dateTime(contact.created_at);
  return (
    <Panel heading={t('contacts.facts')}>
      <dl className={classes['facts']}>
        <ChoiceEntry
          fact={useContactFact(page, 'type')}
          name={t('values.column.type')}
          choices={types}
          textOf={(type) => t(`contacts.type.${type}`)}
        />
        {identity.map((column) => (
          <TextEntry key={column} page={page} column={column} />
        ))}
        <TextEntry page={page} column="payment_terms" />
        <CreditEntry page={page} />
        <ChoiceEntry
          fact={useContactFact(page, 'currency')}
          name={t('values.column.currency')}
          choices={[...new Set([contact.currency, ...currencies])]}
          textOf={(currency) => currency}
        />
        {place.map((column) => (
          <TextEntry key={column} page={page} column={column} />
        ))}
        <Entry name={t('projects.page.created')}>
          {contact.created_by_name ? t('projects.page.createdBy', { when: created, name: contact.created_by_name }) : created}
        </Entry>
        {page.merged.length > 0 && (
          <Entry name={t('contacts.mergedHere')}>{format.list(page.merged.map(({ company_name }) => company_name))}</Entry>
        )}
      </dl>
    </Panel>
  );
}

function Entry({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function TextEntry({ page, column }: { page: ContactPage; column: Exclude<ContactText, 'notes'> }) {
  const { t } = useTranslation();
  const label = t(`values.column.${column}`);
  return (
    <Entry name={label}>
      <EditableText fact={useContactFact(page, column)} label={label} maxLength={contactTexts[column]} />
    </Entry>
  );
}

/** The amount as the language writes it, which is also how it is typed. */
function CreditEntry({ page }: { page: ContactPage }) {
  const { t, i18n } = useTranslation();
  const stored = useContactFact(page, 'credit_limit');
  const label = t('values.column.credit_limit');
  const amounts = new Intl.NumberFormat(i18n.language === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 2 });
  const fact: Fact<string | null> = {
    ...stored,
    value: stored.value === null ? null : amounts.format(stored.value as `${number}`),
    save: async (written) => {
      if (written && readAmount(written) === null) throw new AppError('INPUT_INVALID', 'no amount');
      await stored.save(written);
    },
  };
  return (
    <Entry name={label}>
      <EditableText fact={fact} label={label} maxLength={50} />
    </Entry>
  );
}

interface ChoiceProps<Value extends string> {
  fact: Fact<Value>;
  name: string;
  choices: readonly Value[];
  textOf: (value: Value) => string;
}

function ChoiceEntry<Value extends string>({ fact, name, choices, textOf }: ChoiceProps<Value>) {
  const { t } = useTranslation();
  const choose = (value: Value) => {
    // A failure is shown below; the value stays what it was.
    if (value !== fact.value) fact.save(value).catch(() => undefined);
  };
  return (
    <Entry name={name}>
      {fact.canEdit ? (
        <Menu position="bottom-start">
          <Menu.Target>
            <button
              type="button"
              className={classes['choose']}
              aria-label={`${t('projects.edit.edit', { field: name })}: ${textOf(fact.value)}`}
            >
              {textOf(fact.value)}
              <IconPencil size={14} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {choices.map((value) => (
              <Menu.Item key={value} aria-current={value === fact.value || undefined} onClick={() => choose(value)}>
                {textOf(value)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      ) : (
        textOf(fact.value)
      )}
      {fact.waiting && <WaitingMark />}
      {fact.error && <FieldNote error={fact.error} />}
    </Entry>
  );
}
