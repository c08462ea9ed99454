package sluice.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * The least that a sequencer has to do, on Kafka Streams: consume, count per key in a store that outlives the process,
 * produce to another topic, each record exactly once.
 *
 * <p>Arguments: BROKERS FROM TO RECORDS STATE_DIRECTORY
 */
public final class StreamsPeer {
    private static final String APPLICATION = "bench.streams";
    private static final int PATIENCE_SECONDS = 60;

    public static void main(String[] arguments) throws Exception {
        String brokers = arguments[0];
        String from = arguments[1];
        String to = arguments[2];
        var measured = new Measured(Long.parseLong(arguments[3]));
        try (var streams = new KafkaStreams(topology(from, to, measured), settings(brokers, arguments[4]))) {
            streams.start();
            if (!measured.await(PATIENCE_SECONDS)) throw new IllegalStateException("Kafka Streams stands still");
            awaitCommitted(brokers, from);
            measured.onlyNow();
        }
        measured.tell();
    }

    private static Topology topology(String from, String to, Measured measured) {
        // Without a cache in front of the store: a subject comes once in 100,000 records and so never twice between
        // two commits, and a cache would hold nothing back.
        var counts = Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(CountByKey.STORE), Serdes.ByteArray(), Serdes.Long());
        return new Topology()
                .addSource("in", new ByteArrayDeserializer(), new ByteArrayDeserializer(), from)
                .addProcessor("count", () -> new CountByKey(measured), "in")
                .addStateStore(counts, "count")
                .addSink("out", to, new ByteArraySerializer(), new ByteArraySerializer(), "count");
    }

    private static Properties settings(String brokers, String directory) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, directory);
        // What Sluice promises: outputs, state and consumed offsets become visible together or not at all.
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        // Its own default under exactly once. Sluice and the raw loop commit every 8,000 records, which is more often
        // here; a shorter interval would only cost Streams more.
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        // A thread for each processor; the default is one.
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
        // As large as librdkafka's, which the raw loop and Sluice have: fewer requests than with 16 KiB.
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 1_000_000);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), 128L << 20);
        // A poll gives no more than this, and work between two polls is what Streams does best in bulk; the default
        // is 1,000.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 8_000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        // The default of Java's client, said because the raw loop and Sluice check them, too.
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.CHECK_CRCS_CONFIG), true);
        return settings;
    }

    /** Until the group's offsets have reached the ends: then all was written in committed transactions. */
    private static void awaitCommitted(String brokers, String from) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            var partitions = admin.describeTopics(List.of(from)).allTopicNames().get().get(from).partitions();
            Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
            partitions.forEach(one -> asked.put(new TopicPartition(from, one.partition()), OffsetSpec.latest()));
            var ends = admin.listOffsets(asked).all().get();
            long end = ends.values().stream().mapToLong(one -> one.offset()).sum();
            while (committed(admin) < end) Thread.sleep(5);
        }
    }

    private static long committed(Admin admin) throws Exception {
        var offsets = admin.listConsumerGroupOffsets(APPLICATION).partitionsToOffsetAndMetadata().get();
        return offsets.values().stream().mapToLong(one -> one.offset()).sum();
    }

    private StreamsPeer() {}
}
