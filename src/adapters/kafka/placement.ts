import kafkajs from 'kafkajs';

/** The partition of a key, as all publishers of inputs choose it: murmur2, the default of Java clients and of this one. */
export const createPlacement = (partitions: number): ((key: string) => number) => {
  const partitioner = kafkajs.Partitioners.DefaultPartitioner();
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    ...{ partitionId, partitionErrorCode: 0, leader: 0, replicas: [], isr: [] },
  }));
  return (key) => partitioner({ topic: '', partitionMetadata, message: { key, value: null } });
};
