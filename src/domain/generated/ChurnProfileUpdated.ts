/* Generated from schemas/ChurnProfileUpdated.avsc; do not edit. */

/**
 * Where the customer stands (TMF629): prospect holds nothing yet, active holds something, inactive held something.
 */
export type CustomerStatus = "unknown" | "prospect" | "active" | "inactive" | "restricted" | "archived";

/**
 * An agreement with its dates.
 */
export interface ChurnAgreement {
    /**
     * Agreement, or with a CHURN_KEY the pseudonym that stands for it.
     */
    agreementId: string;
    /**
     * Kind of agreement: the contract type.
     */
    agreementType: string;
    /**
     * Beginning of its period, or when it was signed.
     *
     * Default: null
     */
    startDate: null | number;
    /**
     * End of its period; null when open: month to month.
     *
     * Default: null
     */
    endDate: null | number;
    /**
     * Last moment to give notice: endDate less the days of notice, but not before 1900; null when either is unknown.
     *
     * Default: null
     */
    noticeDate: null | number;
    /**
     * Goes on by itself.
     *
     * Default: false
     */
    autoRenews: boolean;
}

/**
 * Active products of one category.
 */
export interface CategoryHoldings {
    /**
     * Category; empty where the product has none.
     *
     * Default: ""
     */
    category: string;
    /**
     * Distinct products.
     */
    products: number;
    /**
     * Sum of their quantities.
     */
    quantity: number;
}

/**
 * An amount in the smallest unit of its currency, so that no rounding ever happens.
 */
export interface Money {
    /**
     * ISO 4217 code, three capital letters, for example EUR.
     */
    currency: string;
    /**
     * Amount in minor units (cents); may be negative for a credit.
     */
    minorUnits: number;
}

/**
 * How the customer pays (TMF670).
 */
export type PaymentMethodType = "unknown" | "directDebit" | "creditCard" | "bankTransfer" | "invoice" | "wallet" | "cash";

/**
 * Orders in all, by what became of them.
 */
export interface OrderCounts {
    /**
     * All.
     *
     * Default: 0
     */
    placed: number;
    /**
     * Completed, wholly or in part.
     *
     * Default: 0
     */
    completed: number;
    /**
     * Cancelled.
     *
     * Default: 0
     */
    cancelled: number;
    /**
     * Failed.
     *
     * Default: 0
     */
    failed: number;
    /**
     * Rejected.
     *
     * Default: 0
     */
    rejected: number;
}

/**
 * What became of the orders placed in one month, UTC.
 */
export interface MonthOfOrders {
    /**
     * YYYY-MM.
     */
    month: string;
    /**
     * Orders placed.
     *
     * Default: 0
     */
    placed: number;
    /**
     * Of these, cancelled.
     *
     * Default: 0
     */
    cancelled: number;
    /**
     * Of these, failed or rejected.
     *
     * Default: 0
     */
    failed: number;
    /**
     * Items of these orders that made an active product cheaper: same currency, lower recurring price for one.
     *
     * Default: 0
     */
    downgrades: number;
    /**
     * Items of these orders that ended an active product.
     *
     * Default: 0
     */
    terminations: number;
}

/**
 * What churn models learn from, as dates and counts of events: nothing in it goes stale by itself.
 */
export interface ChurnProfileUpdated {
    /**
     * <customerId>:<version>, with customerId as it is here; also the header ce_id.
     */
    eventId: string;
    /**
     * Customer, or with a CHURN_KEY the pseudonym that stands for the customer; also the message key.
     */
    customerId: string;
    /**
     * Version of the customer with which the churn view changed; growing, with gaps where other things changed.
     */
    version: number;
    /**
     * Version that this audience was told of before under this customerId, a tombstone included; 0 for the first, and where the customer was last told of under another one.
     */
    previousVersion: number;
    /**
     * When the latest event behind this version occurred.
     */
    occurredAt: number;
    /**
     * Where the customer stands.
     *
     * Default: "unknown"
     */
    status: CustomerStatus;
    /**
     * Earliest of: when an order was placed, an agreement was signed, or its period began.
     *
     * Default: null
     */
    tenureStart: null | number;
    /**
     * Agreements, by agreementId.
     *
     * Default: []
     */
    agreements: ChurnAgreement[];
    /**
     * Active products by category, sorted by its name.
     *
     * Default: []
     */
    productsByCategory: CategoryHoldings[];
    /**
     * Recurring prices of active products times quantity, summed by currency. Prices are as ordered: by month.
     *
     * Default: []
     */
    monthlyRecurringValue: Money[];
    /**
     * How the customer pays.
     *
     * Default: null
     */
    paymentMethodType: null | PaymentMethodType;
    /**
     * Bills do not come on paper: false when their medium is paper, post, mail or letter; null when it is unknown.
     *
     * Default: null
     */
    paperlessBilling: null | boolean;
    /**
     * Orders in all.
     */
    orders: OrderCounts;
    /**
     * Months in which orders were placed, the latest 36, in order.
     *
     * Default: []
     */
    months: MonthOfOrders[];
}
