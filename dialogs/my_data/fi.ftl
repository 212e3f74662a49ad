my-data-title = Omat tiedot
