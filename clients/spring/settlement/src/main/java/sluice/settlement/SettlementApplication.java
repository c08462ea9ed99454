package sluice.settlement;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** What the platform owes each seller and when it pays: commerce/settlement, as a Spring service. */
@SpringBootApplication
@EnableConfigurationProperties(Policy.class)
public class SettlementApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(SettlementApplication.class, arguments);
    }
}
