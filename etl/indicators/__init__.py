"""From tidy observations to table `indicator_value`: what is read (`readings`), brought to today's communes
(`figures`), added up level by level (`aggregation`), and modelled where no census tells (`modelled`)."""
