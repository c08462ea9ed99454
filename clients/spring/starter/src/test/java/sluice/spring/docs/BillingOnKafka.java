package sluice.spring.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.transaction.annotation.Transactional;

/** How it was. */
class BillingOnKafka {
    record Placed(long amount) {}

    interface Invoices {
        void add(String order, long amount);
    }

    interface Inbox {
        boolean isNew(ConsumerRecord<?, ?> record);
    }

    private final ObjectMapper mapper;
    private final Inbox inbox;
    private final Invoices invoices;

    BillingOnKafka(ObjectMapper mapper, Inbox inbox, Invoices invoices) {
        this.mapper = mapper;
        this.inbox = inbox;
        this.invoices = invoices;
    }

    @KafkaListener(topics = "order.placed", groupId = "billing")
    @Transactional
    public void placed(ConsumerRecord<String, String> record) throws JsonProcessingException {
        if (inbox.isNew(record)) {
            Placed placed = mapper.readValue(record.value(), Placed.class);
            invoices.add(record.key(), placed.amount());
        }
    }
}
