//! The `shop` dataset: who buys, what is sold, and every order.

mod customers;
mod orders;
mod products;

pub(crate) use customers::{COLUMNS as CUSTOMER_COLUMNS, Customer};
pub(crate) use orders::COLUMNS as ORDER_COLUMNS;
pub(crate) use products::COLUMNS as PRODUCT_COLUMNS;

use crate::File;

/// Rows of `shop.customers`.
pub(crate) const CUSTOMERS: usize = 1_200;
/// Rows of `shop.products`.
pub(crate) const PRODUCTS: usize = 326;
/// Rows of `shop.orders`.
pub(crate) const ORDERS: usize = 12_000;

/// The three files.
pub(crate) fn generate(seed: u64) -> Vec<File> {
    let customers = customers::make(seed);
    let products = products::make(seed);
    let orders = orders::file(seed, &customers, &products);
    vec![customers::file(&customers), products::file(&products), orders]
}

/// The customers alone: the support desk hears from them.
pub(crate) fn customers(seed: u64) -> Vec<Customer> {
    customers::make(seed)
}
