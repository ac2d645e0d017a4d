import type { Role } from './domain/roles.ts';

/** What the sign-in screen offers while the application runs against the demo centre. */
export interface DemoAccount {
  email: string;
  name: string;
  role: Role;
  department: string;
}

/** Opens every demo account; the demo centre listens on the loopback address only. */
export const demoPassword = 'FactoryPulse@2025';

const account = (email: string, name: string, role: Role, department: string): DemoAccount => ({
  email,
  name,
  role,
  department,
});

const staff = (mailbox: string, name: string, role: Role, department: string): DemoAccount =>
  account(`${mailbox}@factorypulse.vn`, name, role, department);

/** Addresses of outside companies end in `.example`, which no mail server owns. */
export const demoAccounts: readonly DemoAccount[] = [
  staff('ceo', 'Đỗ Quốc Khánh', 'management', 'Executive'),
  staff('operations', 'Huỳnh Thị Mỹ Duyên', 'management', 'Operations'),
  staff('quality', 'Trương Công Định', 'management', 'Quality'),
  staff('project.coordinator', 'Mai Thanh Thảo', 'management', 'Project Management'),
  staff('admin', 'Phùng Gia Bảo', 'admin', 'IT'),
  staff('sales.manager', 'Lâm Thúy Vy', 'sales', 'Sales'),
  staff('customer.service', 'Tạ Minh Châu', 'sales', 'Customer Service'),
  staff('procurement', 'Cao Xuân Trường', 'procurement', 'Procurement'),
  staff('senior.engineer', 'Đinh Hữu Nghĩa', 'engineering', 'Engineering'),
  staff('mechanical.engineer', 'Lương Hải Yến', 'engineering', 'Engineering'),
  staff('electrical.engineer', 'Châu Nhật Long', 'engineering', 'Engineering'),
  staff('qa.engineer', 'Kiều Bích Ngọc', 'qa', 'Quality'),
  staff('quality.inspector', 'Thái Văn Lộc', 'qa', 'Quality'),
  staff('production.supervisor', 'Hồ Đăng Khoa', 'production', 'Production'),
  staff('team.lead', 'Tô Thị Hạnh', 'production', 'Production'),
  account('procurement@toyota.example', 'Vương Tuấn Kiệt', 'customer', 'Customer'),
  account('purchasing@honda.example', 'Quách Thu Trang', 'customer', 'Customer'),
  account('supply.chain@boeing.example', 'Bạch Hoài Nam', 'customer', 'Customer'),
  account('purchasing@samsung.example', 'Lã Phương Uyên', 'customer', 'Customer'),
  account('procurement@airbus.example', 'Đoàn Anh Tú', 'customer', 'Customer'),
  account('sales@minhlong.example', 'Nghiêm Bá Long', 'supplier', 'Supplier'),
  account('sales@hoaphu.example', 'Trịnh Kim Phụng', 'supplier', 'Supplier'),
  account('info@anthinh.example', 'Hứa Vĩnh Thịnh', 'supplier', 'Supplier'),
  account('sales@binhduong-ems.example', 'Thạch Ngọc Diễm', 'supplier', 'Supplier'),
  account('info@vattusaigon.example', 'Lục Chí Cường', 'supplier', 'Supplier'),
];
