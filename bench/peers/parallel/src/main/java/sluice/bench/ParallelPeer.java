package sluice.bench;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.CommitMode;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.ParallelStreamProcessor;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a dispatcher does, on Confluent's Parallel Consumer: many keys at once, each in its order.
 *
 * <p>Arguments: BROKERS FROM RECORDS HANDLER_MS GROUP
 */
public final class ParallelPeer {
    private static final int THREADS = 64; // as Sluice's handlers in the same run
    private static final int PATIENCE_SECONDS = 60;

    public static void main(String[] arguments) throws Exception {
        var measured = new Measured(Long.parseLong(arguments[2]));
        long handlerMs = Long.parseLong(arguments[3]);
        var consumer = new KafkaConsumer<String, byte[]>(settings(arguments[0], arguments[4]));
        var processor = ParallelStreamProcessor.createEosStreamProcessor(options(consumer));
        processor.subscribe(List.of(arguments[1]));
        processor.poll(context -> {
            if (handlerMs > 0) sleep(handlerMs);
            measured.one();
        });
        boolean all = measured.await(PATIENCE_SECONDS);
        if (all) measured.tell();
        Runtime.getRuntime().halt(all ? 0 : 1); // closing it takes seconds, and nothing is left to be written
    }

    private static ParallelConsumerOptions<String, byte[]> options(KafkaConsumer<String, byte[]> consumer) {
        return ParallelConsumerOptions.<String, byte[]>builder()
                .consumer(consumer)
                // Sluice's order: by subject, which is the key.
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(THREADS)
                // Its default, and the one that waits least: Sluice, too, writes its progress beside the work.
                .commitMode(CommitMode.PERIODIC_CONSUMER_ASYNCHRONOUS)
                // Its default, and what a handler of one event means; batches of it mix keys.
                .batchSize(1)
                .build();
    }

    private static Properties settings(String brokers, String group) {
        var settings = new Properties();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        // Text, since keys are compared to keep their order.
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false); // it commits itself, and demands this
        // Of the ordered topic only what was committed; the raw loop and Sluice read it so.
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.CHECK_CRCS_CONFIG, true);
        // More than the default of 500: fewer hand-overs from its poller.
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
        return settings;
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private ParallelPeer() {}
}
