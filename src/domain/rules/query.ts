/** MongoDB's query language in memory. Only the operators that `match.ts` lets through are known here. */
import { Context } from 'mingo/core';
import { $all, $elemMatch, $size } from 'mingo/operators/query/array';
import { $eq, $gt, $gte, $in, $lt, $lte, $ne, $nin } from 'mingo/operators/query/comparison';
import { $exists } from 'mingo/operators/query/element';
import { $regex } from 'mingo/operators/query/evaluation';
import { $and, $nor, $not, $or } from 'mingo/operators/query/logical';
import { Query } from 'mingo/query';

const OPERATORS = {
  ...{ $eq, $ne, $gt, $gte, $lt, $lte, $in, $nin },
  ...{ $and, $or, $nor, $not },
  ...{ $all, $elemMatch, $size, $exists, $regex },
};

const context = Context.init().addQueryOps(OPERATORS);

/** A query as `readMatch` gives it, made ready once. */
export const compileQuery = (query: object): ((value: object) => boolean) => {
  const compiled = new Query({ ...query }, { context, scriptEnabled: false });
  return (value) => compiled.test(value as Readonly<Record<string, unknown>>);
};
