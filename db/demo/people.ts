import { demoAccounts, type DemoAccount } from '../../shared/demo-accounts.ts';
import { base, demoId, mainOrganizationId, type DemoClock, type DemoRow } from './rows.ts';

interface Organization {
  slug: string;
  name: string;
  industry: string;
  plan: string;
  description: string;
}

const organizations: readonly Organization[] = [
  {
    slug: 'factory-pulse-vietnam',
    name: 'Factory Pulse Vietnam Co., Ltd.',
    industry: 'Manufacturing',
    plan: 'enterprise',
    description: 'Gia công chi tiết chính xác theo đơn đặt hàng cho ngành ô tô, hàng không và điện tử',
  },
  {
    slug: 'toyota-vietnam',
    name: 'Toyota Vietnam',
    industry: 'Automotive',
    plan: 'growth',
    description: 'Lắp ráp ô tô du lịch',
  },
  {
    slug: 'honda-vietnam',
    name: 'Honda Vietnam',
    industry: 'Automotive',
    plan: 'growth',
    description: 'Sản xuất xe máy và ô tô',
  },
  {
    slug: 'boeing-vietnam',
    name: 'Boeing Vietnam',
    industry: 'Aerospace',
    plan: 'enterprise',
    description: 'Chuỗi cung ứng linh kiện máy bay',
  },
  {
    slug: 'samsung-vietnam',
    name: 'Samsung Vietnam',
    industry: 'Electronics',
    plan: 'enterprise',
    description: 'Sản xuất thiết bị điện tử tiêu dùng',
  },
  {
    slug: 'airbus-vietnam',
    name: 'Airbus Vietnam',
    industry: 'Aerospace',
    plan: 'growth',
    description: 'Mua sắm kết cấu và nội thất máy bay',
  },
  {
    slug: 'minh-long',
    name: 'Cơ khí Chính xác Minh Long',
    industry: 'Manufacturing',
    plan: 'starter',
    description: 'Phay, tiện CNC năm trục',
  },
  {
    slug: 'hoa-phu',
    name: 'Kim loại Tấm Hòa Phú',
    industry: 'Manufacturing',
    plan: 'starter',
    description: 'Cắt laser, chấn và hàn kim loại tấm',
  },
];

interface Company {
  key: string;
  type: 'customer' | 'supplier';
  name: string;
  email: string;
  phone: string;
  address: string;
  city: string;
  taxId: string;
  terms: string;
  creditLimit: string;
  industry: string;
  notes: string;
}

const companies: readonly Company[] = [
  {
    key: 'toyota',
    type: 'customer',
    name: 'Toyota Vietnam',
    email: 'procurement@toyota.example',
    phone: '+84 211 555 0101',
    address: 'Lô A2, đường số 3, Khu công nghiệp Phúc Thắng',
    city: 'Phúc Yên',
    taxId: '2500000101',
    terms: 'Net 30',
    creditLimit: '2000000000.00',
    industry: 'automotive',
    notes: 'Giao hàng đúng khung giờ, mỗi lô kèm phiếu kiểm tra kích thước.',
  },
  {
    key: 'honda',
    type: 'customer',
    name: 'Honda Vietnam',
    email: 'purchasing@honda.example',
    phone: '+84 211 555 0102',
    address: 'Số 18, đường Hùng Vương',
    city: 'Vĩnh Yên',
    taxId: '2500000102',
    terms: 'Net 45',
    creditLimit: '1500000000.00',
    industry: 'automotive',
    notes: 'Yêu cầu mẫu duyệt trước khi chạy loạt.',
  },
  {
    key: 'boeing',
    type: 'customer',
    name: 'Boeing Vietnam',
    email: 'supply.chain@boeing.example',
    phone: '+84 24 5550 0103',
    address: 'Tầng 9, số 27 Lý Thái Tổ',
    city: 'Hà Nội',
    taxId: '0100000103',
    terms: 'Net 60',
    creditLimit: '5000000000.00',
    industry: 'aerospace',
    notes: 'Vật liệu phải có chứng chỉ xuất xưởng; lưu hồ sơ mười năm.',
  },
  {
    key: 'samsung',
    type: 'customer',
    name: 'Samsung Vietnam',
    email: 'purchasing@samsung.example',
    phone: '+84 222 555 0104',
    address: 'Khu công nghiệp Yên Phong',
    city: 'Bắc Ninh',
    taxId: '2300000104',
    terms: 'Net 45',
    creditLimit: '3000000000.00',
    industry: 'electronics',
    notes: 'Hàng dùng trong phòng sạch, đóng gói hai lớp.',
  },
  {
    key: 'airbus',
    type: 'customer',
    name: 'Airbus Vietnam',
    email: 'procurement@airbus.example',
    phone: '+84 28 5550 0105',
    address: 'Số 5, đường Công Trường Mê Linh',
    city: 'Thành phố Hồ Chí Minh',
    taxId: '0300000105',
    terms: 'Net 60',
    creditLimit: '4000000000.00',
    industry: 'aerospace',
    notes: 'Bản vẽ theo hệ mét, thay đổi thiết kế phải được duyệt bằng văn bản.',
  },
  {
    key: 'minhlong',
    type: 'supplier',
    name: 'Cơ khí Chính xác Minh Long',
    email: 'sales@minhlong.example',
    phone: '+84 274 555 0201',
    address: 'Số 44, đường Đại lộ Bình Dương',
    city: 'Thủ Dầu Một',
    taxId: '3700000201',
    terms: 'Net 30',
    creditLimit: '300000000.00',
    industry: 'machining',
    notes: 'Mạnh về phay năm trục, nhận loạt nhỏ.',
  },
  {
    key: 'hoaphu',
    type: 'supplier',
    name: 'Kim loại Tấm Hòa Phú',
    email: 'sales@hoaphu.example',
    phone: '+84 28 5550 0202',
    address: 'Ấp 1, xã Hòa Phú',
    city: 'Thành phố Hồ Chí Minh',
    taxId: '0300000202',
    terms: 'Net 30',
    creditLimit: '250000000.00',
    industry: 'sheet_metal',
    notes: 'Cắt laser đến mười hai li, có xưởng hàn robot.',
  },
  {
    key: 'anthinh',
    type: 'supplier',
    name: 'Xử lý Bề mặt An Thịnh',
    email: 'info@anthinh.example',
    phone: '+84 251 555 0203',
    address: 'Đường số 8, Khu công nghiệp Amata',
    city: 'Biên Hòa',
    taxId: '3600000203',
    terms: 'Net 15',
    creditLimit: '150000000.00',
    industry: 'finishing',
    notes: 'Anod hóa, mạ kẽm và sơn tĩnh điện; nhận hàng buổi sáng.',
  },
  {
    key: 'binhduong',
    type: 'supplier',
    name: 'Lắp ráp Điện tử Bình Dương',
    email: 'sales@binhduong-ems.example',
    phone: '+84 274 555 0204',
    address: 'Khu công nghiệp VSIP II',
    city: 'Thủ Dầu Một',
    taxId: '3700000204',
    terms: 'Net 30',
    creditLimit: '400000000.00',
    industry: 'electronics',
    notes: 'Lắp bo mạch và bó dây theo bản vẽ của ta.',
  },
  {
    key: 'vattu',
    type: 'supplier',
    name: 'Vật tư Công nghiệp Sài Gòn',
    email: 'info@vattusaigon.example',
    phone: '+84 28 5550 0205',
    address: 'Số 210, đường Tạ Uyên',
    city: 'Thành phố Hồ Chí Minh',
    taxId: '0300000205',
    terms: 'Net 15',
    creditLimit: '200000000.00',
    industry: 'materials',
    notes: 'Thép tấm, nhôm thanh và bu lông có sẵn trong kho.',
  },
];

const managers: Readonly<Record<string, string>> = {
  'operations@factorypulse.vn': 'ceo@factorypulse.vn',
  'quality@factorypulse.vn': 'ceo@factorypulse.vn',
  'admin@factorypulse.vn': 'ceo@factorypulse.vn',
  'sales.manager@factorypulse.vn': 'ceo@factorypulse.vn',
  'procurement@factorypulse.vn': 'operations@factorypulse.vn',
  'project.coordinator@factorypulse.vn': 'operations@factorypulse.vn',
  'customer.service@factorypulse.vn': 'sales.manager@factorypulse.vn',
  'senior.engineer@factorypulse.vn': 'operations@factorypulse.vn',
  'mechanical.engineer@factorypulse.vn': 'senior.engineer@factorypulse.vn',
  'electrical.engineer@factorypulse.vn': 'senior.engineer@factorypulse.vn',
  'qa.engineer@factorypulse.vn': 'quality@factorypulse.vn',
  'quality.inspector@factorypulse.vn': 'qa.engineer@factorypulse.vn',
  'production.supervisor@factorypulse.vn': 'operations@factorypulse.vn',
  'team.lead@factorypulse.vn': 'production.supervisor@factorypulse.vn',
};

/** The id of a demo person by e-mail; the part before `@` is enough for staff. */
export const personId = (mailbox: string): string =>
  demoId('user', mailbox.includes('@') ? mailbox : `${mailbox}@factorypulse.vn`);

export const companyId = (key: string): string => demoId('contact', key);

/** Days for which the organization, its people and its customers have been in the system. */
const foundedDaysAgo = 400;

export function organizationRows(clock: DemoClock): DemoRow[] {
  const founded = clock.at(foundedDaysAgo).toISOString();
  return organizations.map(({ slug, name, industry, plan, description }) => {
    const id = slug === 'factory-pulse-vietnam' ? mainOrganizationId : demoId('organization', slug);
    return {
      id,
      name,
      slug,
      industry,
      description,
      subscription_plan: plan,
      timezone: 'Asia/Ho_Chi_Minh',
      default_currency: 'VND',
      settings: { default_language: 'vi' },
      is_active: true,
      created_at: founded,
      updated_at: founded,
    };
  });
}

export function contactRows(clock: DemoClock): DemoRow[] {
  return companies.map((company) => ({
    ...base(companyId(company.key), clock.at(foundedDaysAgo)),
    type: company.type,
    company_name: company.name,
    contact_name: demoAccounts.find(({ email }) => email === company.email)?.name ?? null,
    email: company.email,
    phone: company.phone,
    address: company.address,
    city: company.city,
    country: 'Vietnam',
    website: `https://www.${company.email.slice(company.email.indexOf('@') + 1)}`,
    tax_id: company.taxId,
    payment_terms: company.terms,
    credit_limit: company.creditLimit,
    currency: 'VND',
    is_active: true,
    notes: company.notes,
    metadata: { industry: company.industry },
    ai_category: {},
    ai_capabilities: [],
  }));
}

export function userRows(clock: DemoClock): DemoRow[] {
  return demoAccounts.map((account, position) => userRow(clock, account, position + 1));
}

function userRow(clock: DemoClock, { email, name, role, department }: DemoAccount, number: number): DemoRow {
  const company = companies.find((candidate) => candidate.email === email);
  const manager = managers[email];
  return {
    ...base(personId(email), clock.at(foundedDaysAgo, 9 + number / 10)),
    email,
    name,
    role,
    department,
    phone: company?.phone ?? `+84 28 5550 10${String(number).padStart(2, '0')}`,
    status: 'active',
    employee_id: company ? null : `FP-${String(number).padStart(3, '0')}`,
    direct_manager_id: manager ? personId(manager) : null,
    contact_id: company ? companyId(company.key) : null,
    preferences: { language: 'vi' },
  };
}
